"""Finding persons and their papers for the desk."""
