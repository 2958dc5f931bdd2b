"""What a document means: one model of the API for all versions of OpenAPI."""
