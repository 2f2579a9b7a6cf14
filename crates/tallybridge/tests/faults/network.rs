//! Network: a way between two processes that cuts, delays, doubles and reorders requests by a seed.
//!
//! Each request has a connection of its own, so a fate belongs to one request.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::Handle,
};

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It arrives, and its answer too.
    Pass,
    /// The same, later.
    Delay(u64),
    /// It never arrives.
    CutBefore,
    /// It arrives; the answer is lost.
    CutAfter,
    /// It arrives; half of the answer comes back.
    CutMiddle,
    /// It arrives twice.
    Twice,
    /// The caller is cut off, and the request arrives after others that were sent later.
    Late(u64),
    /// Somebody on the way says that it is busy.
    Busy,
}

/// How often each kind of disturbance happened.
#[derive(Debug, Default)]
pub struct Counts {
    pub passed: AtomicU64,
    pub delayed: AtomicU64,
    pub cut: AtomicU64,
    pub doubled: AtomicU64,
    pub reordered: AtomicU64,
    pub busy: AtomicU64,
}

/// One way.
pub struct Network {
    /// Where callers connect.
    pub address: SocketAddr,
    pub counts: Arc<Counts>,
    upstream: Arc<Mutex<Option<SocketAddr>>>,
    rough: Arc<AtomicBool>,
}

impl Network {
    /// Opens a way. Of a thousand requests about `rough_per_mille` meet with something.
    pub fn open(runtime: &Handle, seed: u64, rough_per_mille: u32) -> Self {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::<Counts>::default();
        let upstream = Arc::<Mutex<Option<SocketAddr>>>::default();
        let rough = Arc::new(AtomicBool::new(true));
        let way = (Arc::clone(&counts), Arc::clone(&upstream), Arc::clone(&rough));
        runtime.spawn(async move {
            let mut chance = ChaCha8Rng::seed_from_u64(seed);
            while let Ok((stream, _)) = listener.accept().await {
                let fate = if way.2.load(Ordering::SeqCst) { draw(&mut chance, rough_per_mille) } else { Fate::Pass };
                way.0.count(fate);
                let to = *way.1.lock().unwrap();
                tokio::spawn(carry(stream, to, fate));
            }
        });
        Self { address, counts, upstream, rough }
    }

    /// Says where the way leads; nowhere while a process is dead.
    pub fn lead_to(&self, address: Option<SocketAddr>) {
        *self.upstream.lock().unwrap() = address;
    }

    /// From now on everything arrives.
    pub fn calm(&self) {
        self.rough.store(false, Ordering::SeqCst);
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Counts {
    fn count(&self, fate: Fate) {
        let kind = match fate {
            Fate::Pass => &self.passed,
            Fate::Delay(_) => &self.delayed,
            Fate::CutBefore | Fate::CutAfter | Fate::CutMiddle => &self.cut,
            Fate::Twice => &self.doubled,
            Fate::Late(_) => &self.reordered,
            Fate::Busy => &self.busy,
        };
        kind.fetch_add(1, Ordering::SeqCst);
    }
}

fn draw(chance: &mut ChaCha8Rng, rough_per_mille: u32) -> Fate {
    if chance.random_range(0..1_000) >= rough_per_mille {
        return Fate::Pass;
    }
    match chance.random_range(0..8) {
        0 | 1 => Fate::Delay(chance.random_range(1..40)),
        2 => Fate::CutBefore,
        3 => Fate::CutAfter,
        4 => Fate::CutMiddle,
        5 => Fate::Twice,
        6 => Fate::Late(chance.random_range(20..300)),
        _ => Fate::Busy,
    }
}

async fn carry(mut caller: TcpStream, to: Option<SocketAddr>, fate: Fate) {
    let Some(request) = read_request(&mut caller).await else { return };
    match fate {
        Fate::CutBefore => return,
        Fate::Busy => {
            let answer = b"HTTP/1.1 503 Busy\r\nretry-after: 0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = caller.write_all(answer).await;
            return;
        }
        Fate::Delay(milliseconds) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
        Fate::Late(milliseconds) => {
            drop(caller);
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            let _ = exchange(to, &request).await;
            return;
        }
        Fate::Twice => drop(exchange(to, &request).await),
        Fate::Pass | Fate::CutAfter | Fate::CutMiddle => {}
    }
    let Some(answer) = exchange(to, &request).await else { return };
    let length = match fate {
        Fate::CutAfter => 0,
        Fate::CutMiddle => answer.len() / 2,
        _ => answer.len(),
    };
    let _ = caller.write_all(&answer[..length]).await;
    let _ = caller.shutdown().await;
}

/// Sends a request and reads the whole answer; nothing when the other side is dead.
async fn exchange(to: Option<SocketAddr>, request: &[u8]) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(to?).await.ok()?;
    stream.write_all(request).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    Some(answer)
}

/// Reads one request, and asks for the connection to end after it.
async fn read_request(caller: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if caller.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    let end = head + length.unwrap_or(0);
    while bytes.len() < end {
        if caller.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let line = text.find("\r\n")? + 2;
    let mut request = bytes[..line].to_vec();
    request.extend_from_slice(b"connection: close\r\n");
    request.extend_from_slice(&bytes[line..end]);
    Some(request)
}
