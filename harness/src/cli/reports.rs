//! The folder in which a run leaves its reports. It is tried before anything runs and held for this run alone; from then on there
//! is a report in it that is whole, and marked unfinished until the run has come to its end. Knows nothing of what is judged.

use std::fs::{self, File, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::streams::errln;
use language::problem::Problem;
use report::unfinished::{Piece, Unfinished};
use results::record::load::LoadRecord;
use results::record::{CaseRecord, Report};
use results::whole;

/// Why a report is unfinished.
pub(super) const UNFINISHED: &str =
    "the run has not come to its end: it is still on, or something has stopped it at once";

/// What a report of a run that is on is told.
#[derive(Debug)]
pub(super) enum News {
    /// A case was judged.
    Case(Arc<CaseRecord>),
    /// A load has ended.
    Load(Box<LoadRecord>),
    /// What is on, in a line.
    Line(String),
}

/// Whoever has news.
pub(super) type Teller = Sender<News>;

/// The folder of a run.
#[derive(Debug)]
pub(super) struct Reports {
    folder: PathBuf,
    /// Held as long as this is, whatever ends the process.
    _held: Option<File>,
    growth: Option<Growth>,
}

/// Who writes while the run is on: a thread that nobody waits for.
#[derive(Debug)]
struct Growth {
    teller: Teller,
    over: Arc<AtomicBool>,
    writer: JoinHandle<()>,
}

impl Reports {
    /// Takes a folder for one run, with a report in it that says that the run is not finished.
    ///
    /// # Errors
    /// Where nothing can be written there, or another run writes there.
    pub(super) fn open(folder: &Path, begun: &Report, clock: Instant) -> Result<Self, Problem> {
        let cannot = |error: io::Error| {
            Problem::bare(format!("no report can be written to {}: {error}", folder.display()))
                .hint("nothing was run; name another folder with --reports DIR")
        };
        fs::create_dir_all(folder).map_err(cannot)?;
        let held = hold(folder)?;
        let mut reports = Self { folder: folder.to_owned(), _held: held, growth: None };
        for (name, text) in super::output::files(begun) {
            whole::replace(&folder.join(name), text).map_err(cannot)?;
        }
        // Of a run that is not finished there is nothing to say beside a line of a file.
        remove(&folder.join(super::output::QUALITY)).map_err(cannot)?;
        reports.growth = Some(reports.grow(begun, clock).map_err(cannot)?);
        Ok(reports)
    }

    /// Whom to tell what was judged.
    pub(super) fn teller(&self) -> Option<Teller> {
        self.growth.as_ref().map(|growth| growth.teller.clone())
    }

    /// Ends the growth, so that the finished reports can take its place.
    pub(super) fn finish(&mut self) -> &Path {
        if let Some(Growth { teller, over, writer }) = self.growth.take() {
            over.store(true, Ordering::Relaxed);
            drop(teller);
            // What it may have to say it has said.
            let _panicked = writer.join();
        }
        &self.folder
    }

    fn grow(&self, begun: &Report, clock: Instant) -> io::Result<Growth> {
        let pieces = Unfinished::new(begun.clone());
        let (begins, ends) = (pieces.begins(), pieces.ends(0));
        let json = Growing::begin(&self.folder.join("report.json"), &begins.json, &ends.json)?;
        let html = Growing::begin(&self.folder.join("report.html"), &begins.html, &ends.html)?;
        let (teller, told) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&over);
        let writer = std::thread::Builder::new()
            .name("reports".to_owned())
            .spawn(move || write(&told, &ended, pieces, [json, html], clock))?;
        Ok(Growth { teller, over, writer })
    }
}

/// Holds a folder for this process; nothing, where the system cannot hold one.
fn hold(folder: &Path) -> Result<Option<File>, Problem> {
    let Ok(held) = File::open(folder) else { return Ok(None) };
    match held.try_lock() {
        Ok(()) => Ok(Some(held)),
        Err(TryLockError::WouldBlock) => {
            let message = format!("another run is writing its reports to {}", folder.display());
            Err(Problem::bare(message)
                .hint("wait until it has ended, or name another folder with --reports DIR"))
        }
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes what is told until it is over. What fails once, as on a full disk, is said once, and costs the run nothing.
fn write(
    told: &Receiver<News>,
    over: &AtomicBool,
    mut pieces: Unfinished,
    [mut json, mut html]: [Growing; 2],
    clock: Instant,
) {
    while let Ok(news) = told.recv() {
        if over.load(Ordering::Relaxed) {
            return;
        }
        let piece = match news {
            News::Case(record) => pieces.case(&record),
            News::Load(record) => pieces.load(&record),
            News::Line(line) => {
                pieces.says(line);
                Piece::default()
            }
        };
        let ends = pieces.ends(u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX));
        let both = json.add(&piece.json, &ends.json).and_then(|()| html.add(&piece.html, &ends.html));
        if let Err(error) = both {
            errln!("warning: the unfinished report does not grow any more: {error}");
            return;
        }
    }
}

/// A file that is whole after each piece that is added: what closes it is written anew behind the piece.
#[derive(Debug)]
struct Growing {
    file: File,
    /// Where the next piece goes.
    at: u64,
    /// What closes the file behind that.
    ends: String,
}

impl Growing {
    fn begin(path: &Path, begins: &str, ends: &str) -> io::Result<Self> {
        whole::replace(path, format!("{begins}{ends}"))?;
        let file = File::options().write(true).open(path)?;
        Ok(Self { file, at: begins.len() as u64, ends: ends.to_owned() })
    }

    /// One call writes all of it, so that nobody finds a half. What has room for a half only is taken back.
    fn add(&mut self, piece: &str, ends: &str) -> io::Result<()> {
        let mut text = format!("{piece}{ends}");
        // What closed it before may have been longer.
        text.extend(std::iter::repeat_n(' ', self.ends.len().saturating_sub(text.len())));
        match self.put(&text) {
            Ok(()) => {
                self.at += piece.len() as u64;
                self.ends = text.split_off(piece.len());
                Ok(())
            }
            Err(error) => {
                let ends = std::mem::take(&mut self.ends);
                // Where it stood before there is room for it.
                let _as_it_was =
                    self.put(&ends).and_then(|()| self.file.set_len(self.at + ends.len() as u64));
                Err(error)
            }
        }
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.at))?;
        self.file.write_all(text.as_bytes())
    }
}
