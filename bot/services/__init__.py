"""What happens: one async function a use case, one unit of work each."""
