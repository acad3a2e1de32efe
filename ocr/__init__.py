"""Read: an image in, words and fields out."""
