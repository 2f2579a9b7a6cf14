//! Difference: what applying a catalogue changes, as text for people and programs.

/// What an entry is, in the words of a catalogue file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// The catalogue as a whole.
    Catalogue,
    /// A price list.
    PriceList,
    /// A partner.
    Partner,
    /// A directory.
    Directory,
    /// A customer.
    Customer,
    /// A paying subscription.
    Subscription,
    /// A registration. It is in no catalogue, but a change of its subscription may reset it.
    Registration,
    /// A stamp.
    Stamp,
    /// A person.
    User,
    /// A program.
    ServicePrincipal,
    /// A role of a principal.
    Role,
}

impl EntryKind {
    /// The word in files and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::PriceList => "price_list",
            Self::Partner => "partner",
            Self::Directory => "directory",
            Self::Customer => "customer",
            Self::Subscription => "subscription",
            Self::Registration => "registration",
            Self::Stamp => "stamp",
            Self::User => "user",
            Self::ServicePrincipal => "service_principal",
            Self::Role => "role",
        }
    }
}

/// What happens to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceAction {
    /// It was not there.
    Add,
    /// It was there and said something else.
    Change,
    /// It is taken away. Only roles are.
    Remove,
}

impl DifferenceAction {
    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Remove => "remove",
        }
    }
}

/// A member of an entry that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberChange {
    /// Its name in a catalogue file; for a price its meter and first day.
    pub member: String,
    /// What it was; none when it said nothing.
    pub before: Option<String>,
    /// What it is now.
    pub after: Option<String>,
}

/// One thing that a catalogue changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub kind: EntryKind,
    /// Its id, as the office shows it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What happens to it.
    pub action: DifferenceAction,
    /// What changes of it.
    pub members: Vec<MemberChange>,
}

/// Collects the members that differ between an entry that is there, perhaps, and the one that is wanted.
#[derive(Default)]
pub(super) struct Members(pub Vec<MemberChange>);

impl Members {
    /// Compares one member by its own equality, which for ids does not see case.
    pub fn compare<T: PartialEq>(
        &mut self,
        member: &str,
        before: Option<&T>,
        after: &T,
        show: impl Fn(&T) -> Option<String>,
    ) {
        if before != Some(after) {
            self.changed(member, before.and_then(&show), show(after));
        }
    }

    /// Compares one member that is shown as it is.
    pub fn text<T: PartialEq + ToString>(&mut self, member: &str, before: Option<&T>, after: &T) {
        self.compare(member, before, after, |value| Some(value.to_string()).filter(|text| !text.is_empty()));
    }

    /// Compares one member that may be absent.
    pub fn optional<T: PartialEq + ToString>(&mut self, member: &str, before: Option<&T>, after: Option<&T>) {
        if before != after {
            self.changed(member, before.map(ToString::to_string), after.map(ToString::to_string));
        }
    }

    /// Notes a member that differs.
    pub fn changed(&mut self, member: &str, before: Option<String>, after: Option<String>) {
        if before.is_some() || after.is_some() {
            self.0.push(MemberChange { member: member.to_owned(), before, after });
        }
    }
}
