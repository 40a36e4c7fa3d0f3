"""What all of this is made of: bills of material, and a look for known faults in them."""
