"""What an image is made from, and its name by that."""
