//! Check: what the database says about itself, and whether what must never change is still guarded.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{fault::Outcome, migrations};

const SCHEMA: &str = "
    SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    ORDER BY tbl_name, type <> 'table', type, name";

/// Each problem as a text; none when all is well.
pub(super) fn problems(database: &Connection) -> Outcome<Vec<String>> {
    let mut problems = Vec::new();
    let mut quick_check = database.prepare("PRAGMA quick_check")?;
    let mut rows = quick_check.query([])?;
    while let Some(row) = rows.next()? {
        let text: String = row.get(0)?;
        if text != "ok" {
            problems.push(format!("quick_check: {text}"));
        }
    }
    let mut foreign_keys = database.prepare("PRAGMA foreign_key_check")?;
    let mut rows = foreign_keys.query([])?;
    while let Some(row) = rows.next()? {
        let (table, number, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let number = number.map_or_else(|| "without a number".to_owned(), |number| number.to_string());
        problems.push(format!("table {table}: row {number} names something that is not in table {parent}"));
    }
    compare(&schema(database)?, &intended()?, &mut problems);
    Ok(problems)
}

/// Everything that the schema says, by type and name.
fn schema(database: &Connection) -> Outcome<BTreeMap<String, String>> {
    let mut statement = database.prepare(SCHEMA)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The schema that the migrations make.
fn intended() -> Outcome<BTreeMap<String, String>> {
    let mut empty = Connection::open_in_memory()?;
    migrations::apply(&mut empty)?;
    schema(&empty)
}

fn compare(found: &BTreeMap<String, String>, intended: &BTreeMap<String, String>, problems: &mut Vec<String>) {
    for (name, sql) in intended {
        match found.get(name) {
            None => problems.push(format!("the {name} is missing from the schema")),
            Some(other) if other != sql => problems.push(format!("the {name} in the schema was changed")),
            Some(_) => {}
        }
    }
    for name in found.keys().filter(|name| !intended.contains_key(*name)) {
        problems.push(format!("the {name} in the schema is from somebody else"));
    }
}

/// The schema as one text, for people and for the test that keeps it right.
#[cfg(test)]
pub(super) fn schema_text() -> Outcome<String> {
    let mut empty = Connection::open_in_memory()?;
    migrations::apply(&mut empty)?;
    let mut statement = empty.prepare(SCHEMA)?;
    let sql = statement.query_map([], |row| row.get::<_, String>(1))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(sql.into_iter().map(|sql| format!("{sql};\n")).collect::<Vec<_>>().join("\n"))
}
