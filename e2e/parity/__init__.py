"""Operations that run natively and in the tab, on one server, and are compared."""
