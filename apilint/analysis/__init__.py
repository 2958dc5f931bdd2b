"""What is known about texts and values in documents, apart from the model: pure, and free of I/O."""
