"""Invented papers of three communes, drawn, scanned and described by a script."""
