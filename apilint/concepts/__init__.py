"""What rules know about APIs beyond the model: purposes, pages, uploads, strengths, samples."""
