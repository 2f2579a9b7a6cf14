use super::*;

/// The lines of a text that comes in pieces of a size.
fn lines(text: &str, size: usize) -> String {
    let mut lines = Vec::new();
    let mut json = JsonLines::new(|line: &[u8]| {
        lines.extend_from_slice(line);
        Ok(())
    });
    for piece in text.as_bytes().chunks(size) {
        json.write_all(piece).unwrap();
    }
    String::from_utf8(lines).unwrap()
}

#[test]
fn each_row_is_a_line_whatever_the_pieces_in_which_it_comes() {
    let table = [
        ("Name,Quantity\na,1\n", "{\"Name\":\"a\",\"Quantity\":1}\n"),
        ("Name,Quantity\n\"a,\"\"b\"\"\nc\",-0.50\n", "{\"Name\":\"a,\\\"b\\\"\\nc\",\"Quantity\":-0.50}\n"),
        ("Name,Quantity\n,\n\"\",7\n", "{\"Name\":\"\",\"Quantity\":null}\n{\"Name\":\"\",\"Quantity\":7}\n"),
        ("Name,UsageDate\nMünchen,\n", "{\"Name\":\"München\",\"UsageDate\":null}\n"),
        ("Name\n'=1+1\n'so\n", "{\"Name\":\"=1+1\"}\n{\"Name\":\"'so\"}\n"),
        ("Name,Quantity\n", ""),
    ];
    for (text, expected) in table {
        for size in [1, 2, 3, 1000] {
            assert_eq!(lines(text, size), expected, "{size}: {text}");
        }
    }
}

#[test]
fn what_the_writer_of_such_files_writes_comes_out_as_it_went_in() {
    let rows = [["a\"b", "c,d"], ["", "e\r\nf"], ["ü", "\\"], [" ", "\u{1}"]];
    let mut text = Vec::new();
    {
        let mut writer = csv::Writer::from_writer(&mut text);
        writer.write_record(["A", "B"]).unwrap();
        for row in rows {
            writer.write_record(row).unwrap();
        }
        writer.flush().unwrap();
    }
    let read: Vec<[String; 2]> = lines(&String::from_utf8(text).unwrap(), 7)
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            ["A", "B"].map(|name| row[name].as_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(read, rows.map(|row| row.map(str::to_owned)));
}

#[test]
fn only_a_number_of_json_is_written_as_one() {
    for (text, expected) in [
        ("1", true),
        ("0", true),
        ("0.5", true),
        ("-12.050", true),
        ("01", false),
        ("1.", false),
        (".5", false),
        ("1e5", false),
        ("NaN", false),
        ("--1", false),
        ("-", false),
    ] {
        assert_eq!(is_decimal(text), expected, "{text}");
    }
}
