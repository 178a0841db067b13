"""What pallets ask of each other: protocols, and the types that cross between them."""
