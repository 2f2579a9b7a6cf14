//! Typeset: runs the compiler of the template on one sheet.

use std::sync::LazyLock;

use typst::{
    Library, LibraryExt as _, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use super::Sheet;

/// The template: the only markup there is.
const TEMPLATE: &str = include_str!("../../data/sheet.txt");

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// A sum does not fit.
    #[error("add up the lines of {0}: {1}")]
    TooLarge(String, #[source] model::Overflow),
    /// Something that should not have failed.
    #[error("{attempt}: {cause}")]
    Failed {
        /// What was attempted.
        attempt: String,
        /// What came instead.
        cause: String,
    },
}

/// The fonts that are built in, read once.
struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts().flat_map(|file| Font::iter(Bytes::new(file))).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

/// The library of the template's language, made once.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// All that the template can see: itself, and the data of one sheet.
struct Room {
    template: Source,
    data_id: FileId,
    data: Bytes,
}

impl World for Room {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn named(path: &str) -> Result<FileId, PaperError> {
    let path = VirtualPath::new(path).map_err(|error| failed("name the template", &format!("{error:?}")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

fn failed(attempt: &str, cause: &str) -> PaperError {
    PaperError::Failed { attempt: attempt.to_owned(), cause: cause.to_owned() }
}

/// The pages of a sheet as the bytes of a PDF file. The same sheet gives the same bytes.
pub(crate) fn typeset(sheet: &Sheet) -> Result<Vec<u8>, PaperError> {
    let attempt = format!("typeset {}", sheet.title);
    let data = serde_json::to_vec(sheet).map_err(|error| failed(&attempt, &error.to_string()))?;
    let room = Room {
        template: Source::new(named("/sheet.typ")?, TEMPLATE.to_owned()),
        data_id: named("/sheet.json")?,
        data: Bytes::new(data),
    };
    let pages = typst::compile::<PagedDocument>(&room).output.map_err(|errors| failed(&attempt, &first(&errors)))?;
    let options = PdfOptions {
        ident: Smart::Custom(sheet.title.clone()),
        creator: Smart::Custom(Some("Tallybridge".to_owned())),
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&pages, &options).map_err(|errors| failed(&attempt, &first(&errors)));
    // What the compiler remembers of this sheet is of no use to another.
    typst::comemo::evict(0);
    bytes
}

fn first(errors: &[SourceDiagnostic]) -> String {
    errors.first().map_or_else(|| "no reason was given".to_owned(), |error| error.message.to_string())
}
