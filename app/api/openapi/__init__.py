"""The OpenAPI document, and the page that people read it on."""
