//! Chart: figures as pictures, drawn by the server.
