"""Revisions of a repository, read from the objects that git keeps: nothing is checked out and nothing is run."""
