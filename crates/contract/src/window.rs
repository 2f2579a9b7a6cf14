//! Window: the body of a delivery.
