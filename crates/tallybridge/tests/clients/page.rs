//! Page: the operator's guide to registering, as something to run.

const TEXT: &str = include_str!("../../../../docs/operate/register.md");

/// The guide.
pub struct Page {
    /// Its fenced blocks, in their order.
    pub blocks: Vec<Block>,
}

/// A fenced block.
pub struct Block {
    /// The heading above it.
    pub heading: &'static str,
    /// What its fence says.
    pub language: &'static str,
    /// What stands in it.
    pub text: String,
}

impl Page {
    /// Reads the guide.
    pub fn read() -> Self {
        let (mut blocks, mut heading, mut inside) = (Vec::<Block>::new(), "", false);
        for line in TEXT.lines() {
            if let Some(language) = line.strip_prefix("```") {
                inside = !inside;
                if inside {
                    blocks.push(Block { heading, language, text: String::new() });
                }
            } else if inside {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            } else if let Some(text) = line.strip_prefix("## ") {
                heading = text;
            }
        }
        let known = ["sh", "console", "toml", "python"];
        assert!(blocks.iter().all(|block| known.contains(&block.language)), "each block says what it is");
        Self { blocks }
    }

    /// The headings with commands below them.
    pub fn sections(&self) -> Vec<&'static str> {
        let commands = self.blocks.iter().filter(|block| block.language == "console");
        let mut headings: Vec<&str> = commands.map(|block| block.heading).collect();
        headings.dedup();
        headings
    }

    /// The codes of the table of refusals.
    pub fn codes() -> Vec<&'static str> {
        let rows = TEXT.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit());
        rows.flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2)).collect()
    }

    /// The values that the reader is asked for.
    pub fn values(&self) -> &str {
        &self.blocks.iter().find(|block| block.language == "sh").unwrap().text
    }

    /// The program in Python.
    pub fn python(&self) -> &str {
        &self.blocks.iter().find(|block| block.language == "python").unwrap().text
    }
}
