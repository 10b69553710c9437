"""What exists: frozen dataclasses and enums. No behaviour beyond what a value can say of itself."""
