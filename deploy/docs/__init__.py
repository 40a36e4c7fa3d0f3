"""What is behind `make docs`: pages of files outside of docs/, and checks of what was written."""
