"""What learners might write, right and wrong, in styles other than the catalogue's own."""
