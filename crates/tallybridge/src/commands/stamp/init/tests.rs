//! Init tests: what an interruption leaves behind.

use std::fs;

use clap::Parser as _;

use super::*;

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    options: Options,
}

#[test]
fn a_folder_whose_making_was_interrupted_can_be_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let (stamp, home) = ("50000000-0000-4000-8000-00000000000a", "10000000-0000-4000-8000-000000000001");
    let line = ["init", "--stamp", path, "--cloud", stamp, "--provider-subscription", "dps", "--domain", "a.example"];
    let options = Line::try_parse_from(line.into_iter().chain(["--home-directory", home])).unwrap().options;
    // Something is in the way of the database.
    let database = folder.path().join("tallybridge.db");
    fs::create_dir(&database).unwrap();
    run(&options).unwrap_err();
    assert!(options.folder.identity().unwrap().is_some(), "the folder says whose it is before it has a database");
    fs::remove_dir(&database).unwrap();
    // A database without keys and accounts, as it is when the power fails.
    drop(house::open(folder.path()).unwrap());
    run(&options).unwrap();
    options.folder.serving().unwrap();
}
