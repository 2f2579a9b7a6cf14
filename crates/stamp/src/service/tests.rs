//! What a usage service takes, keeps and refuses.
