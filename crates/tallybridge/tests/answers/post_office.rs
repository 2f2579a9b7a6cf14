//! Post office: a mail server that keeps what it takes, one session after the other.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, Receiver as Inbox, Sender},
    time::Duration,
};

/// How long a mail may take that must come.
const PATIENCE: Duration = Duration::from_mins(1);

/// A mail as it came, and who said to be sending it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub login: Option<String>,
    pub from: String,
    pub to: String,
    pub text: String,
}

impl Mail {
    /// A line of its head.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let head = self.text.split("\r\n\r\n").next().unwrap();
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find_map(|(key, value)| (key == name).then_some(value)).unwrap_or_else(|| panic!("{name} in {self:?}"))
    }
}

/// A mail server on this machine, without TLS.
pub struct PostOffice {
    pub address: String,
    inbox: Inbox<Mail>,
}

impl PostOffice {
    /// One that refuses so many mails and then takes them.
    pub fn new(refusals: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (mails, inbox) = mpsc::channel();
        std::thread::spawn(move || {
            let mut refusals = refusals;
            for stream in listener.incoming() {
                serve(&stream.unwrap(), &mut refusals, &mails);
            }
        });
        Self { address, inbox }
    }

    /// The next mail; it must come.
    pub fn next(&self) -> Mail {
        self.inbox.recv_timeout(PATIENCE).expect("no mail came")
    }

    /// Whether no more mails came.
    pub fn is_left_alone(&self) -> bool {
        self.inbox.try_recv().is_err()
    }
}

/// One session, as RFC 5321 has it.
fn serve(mut stream: &TcpStream, refusals: &mut u32, mails: &Sender<Mail>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut say = |words: &str| stream.write_all(format!("{words}\r\n").as_bytes()).unwrap();
    let mut mail = Mail { login: None, from: String::new(), to: String::new(), text: String::new() };
    say("220 post.example ready");
    while let Some(Ok(line)) = lines.next() {
        match line.split([' ', ':']).next().unwrap() {
            "EHLO" => say("250-post.example\r\n250-8BITMIME\r\n250 AUTH PLAIN"),
            "AUTH" => {
                mail.login = line.strip_prefix("AUTH PLAIN ").map(str::to_owned);
                say("235 welcome");
            }
            "MAIL" => {
                mail.from = line;
                say("250 yes");
            }
            "RCPT" => {
                mail.to = line;
                say("250 yes");
            }
            "DATA" => {
                say("354 go on");
                let text = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".");
                mail.text = text.map(|line| line + "\r\n").collect();
                let refused = *refusals > 0;
                *refusals = refusals.saturating_sub(1);
                say(if refused { "451 the box is full" } else { "250 kept" });
                mails.send(mail.clone()).unwrap();
            }
            "QUIT" => {
                say("221 good bye");
                return;
            }
            _ => say("500 what?"),
        }
    }
}
