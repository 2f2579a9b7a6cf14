//! Runs the worked examples of the pages in `docs/rooms`.

#[cfg(test)]
mod attribute;
#[cfg(test)]
mod bill;
#[cfg(test)]
mod page;
#[cfg(test)]
mod rate;
#[cfg(test)]
mod show;
#[cfg(test)]
mod world;
