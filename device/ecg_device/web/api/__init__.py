"""The documented JSON under /api/v1: openapi.json says what each address takes and gives."""
