//! The list of faults and variations: one line each, from which names, help, dialects and tests are made.
//!
//! It must not know what any of them does; that is beside the code they change.

use std::fmt;
use std::str::FromStr;

macro_rules! catalogue {
    ($(#[$doc:meta])* $enum:ident, $noun:literal { $($variant:ident => $name:literal, $where:literal, $text:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $enum {
            $(#[doc = $text] $variant,)+
        }

        impl $enum {
            /// Every one there is, in the order of the catalogue.
            #[must_use]
            pub fn all() -> &'static [Self] {
                &[$(Self::$variant,)+]
            }

            /// Its name on the command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The names of the dialects in which it makes a difference that a document speaks of.
            pub fn dialects(self) -> impl Iterator<Item = &'static str> {
                let names = match self { $(Self::$variant => $where,)+ };
                names.split(' ')
            }

            /// What it does, in one line.
            #[must_use]
            pub fn describe(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl fmt::Display for $enum {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $enum {
            type Err = String;

            fn from_str(name: &str) -> Result<Self, String> {
                Self::all()
                    .iter()
                    .copied()
                    .find(|one| one.name() == name)
                    .ok_or_else(|| format!(concat!("no ", $noun, " is called {:?}"), name))
            }
        }
    };
}

catalogue! {
    /// A deliberate violation of a documented promise.
    Fault, "fault" {
        AcceptExpiredToken => "accept-expired-token", "minimal whatsapp crm", "a token past its exp is accepted";
        AcceptBadSignature => "accept-bad-signature", "minimal whatsapp crm", "a token with any signature is accepted";
        AcceptAlgNone => "accept-alg-none", "minimal whatsapp crm", "an unsigned token (alg none) is accepted";
        TokenNotRechecked => "token-not-rechecked", "minimal whatsapp crm", "a token that expires while connected keeps working";
        StrangerMayJoin => "stranger-may-join", "minimal minimal-open gateway whatsapp crm", "who is no participant may join";
        StrangerMaySend => "stranger-may-send", "minimal minimal-open gateway whatsapp crm", "who is no participant may send and type";
        ReceiptFromStranger => "receipt-from-stranger", "whatsapp crm", "who is no participant may mark as read";
        StrangerSeesHistory => "stranger-sees-history", "whatsapp crm", "who is no participant may fetch the history";
        UpdateByAnyone => "update-by-anyone", "whatsapp crm", "anybody may update and delete any message";
        RefuseButJoinAnyway => "refuse-but-join-anyway", "minimal minimal-open gateway whatsapp crm", "a refused join is refused, and joins all the same";
        SilentRefusalButEffect => "silent-refusal-but-effect", "minimal minimal-open gateway whatsapp crm", "a refused send is refused, and broadcast all the same";
        LeaveDoesNothing => "leave-does-nothing", "minimal minimal-open gateway whatsapp crm", "a leave is answered and changes nothing";
        LeakToStranger => "leak-to-stranger", "minimal minimal-open gateway whatsapp crm", "message broadcasts reach every connected socket";
        EchoTyping => "echo-typing", "gateway whatsapp crm", "typing also reaches the one who types";
        SecondDeviceAnnounced => "second-device-announced", "crm", "joining again, or on a second device, is announced again";
        LeftNotToldOnDisconnect => "left-not-told-on-disconnect", "crm", "a disconnect is not announced as leaving";
        NoDebounce => "no-debounce", "gateway whatsapp crm", "every repeated keystroke is broadcast";
        TypingNeverExpires => "typing-never-expires", "gateway whatsapp crm", "typing that is not renewed is never ended by the server";
        StopTwice => "stop-twice", "gateway whatsapp crm", "the end of typing is broadcast twice";
        StopNeverSent => "stop-never-sent", "gateway whatsapp crm", "the end of typing is not broadcast";
        ReceiptRegresses => "receipt-regresses", "whatsapp crm", "marking as read again is broadcast again";
        WrongSender => "wrong-sender", "minimal minimal-open gateway whatsapp crm", "a broadcast message names another sender";
        WrongRoomId => "wrong-room-id", "minimal minimal-open gateway whatsapp crm", "broadcasts carry the id of another conversation";
        TruncateLongText => "truncate-long-text", "minimal minimal-open gateway whatsapp crm", "texts are cut after 64 characters";
        NumberAsString => "number-as-string", "minimal minimal-open gateway crm", "ids in broadcasts are strings of digits";
        MissingTimestamp => "missing-timestamp", "gateway whatsapp crm", "broadcasts have no timestamp";
        EpochTimestamp => "epoch-timestamp", "gateway whatsapp crm", "timestamps in broadcasts are milliseconds, not RFC 3339";
        ExtraField => "extra-field", "minimal minimal-open gateway whatsapp crm", "broadcasts carry a field that nobody documents";
        AckBeforeStore => "ack-before-store", "gateway whatsapp crm", "a message is in the history 400 ms after its acknowledgement";
        HistoryMissingLast => "history-missing-last", "gateway whatsapp crm", "the history lacks the newest message";
        DropEveryNth => "drop-every-nth", "minimal minimal-open gateway whatsapp crm", "every third broadcast misses one of its recipients";
        DuplicateDelivery => "duplicate-delivery", "minimal minimal-open gateway whatsapp crm", "one recipient gets every broadcast twice";
        Reorder => "reorder", "minimal minimal-open gateway whatsapp crm", "one recipient gets two messages in quick succession in the other order";
        Overtaking => "overtaking", "minimal minimal-open gateway whatsapp crm", "two messages in quick succession are told in the other order, to all alike";
        JoinTooLate => "join-too-late", "minimal minimal-open gateway whatsapp crm", "who has joined hears no messages for 300 ms after the answer";
        StaleTimestamp => "stale-timestamp", "gateway whatsapp crm", "every timestamp in broadcasts is of 2020";
        WrongZone => "wrong-zone", "gateway whatsapp crm", "timestamps in broadcasts are two hours ahead: local time written as UTC";
        ClockStands => "clock-stands", "gateway whatsapp crm", "every time that is told is the first that was told";
        SenderNull => "sender-null", "minimal gateway whatsapp crm", "broadcasts say null for whose they are";
        ParticipantsEmpty => "participants-empty", "minimal", "a new conversation is told without its participants";
        ReadFromTheStart => "read-from-the-start", "whatsapp", "a new message is said to be read";
        FileRefused => "file-refused", "gateway", "a message of the documented type file is refused";
        AnyType => "any-type", "gateway", "a message of any type is accepted";
        NoAck => "no-ack", "crm", "no acknowledgement is ever sent";
        SuccessOnRefusal => "success-on-refusal", "minimal minimal-open gateway crm", "a refusal is acknowledged with success: true";
        InternalsInErrors => "internals-in-errors", "minimal minimal-open gateway whatsapp crm", "refusals carry a stack trace";
        ValidationOff => "validation-off", "minimal minimal-open gateway whatsapp crm", "empty and wrongly typed payloads are accepted";
        NeverLimit => "never-limit", "minimal minimal-open gateway whatsapp crm", "no number of events is too many";
        LimitSilently => "limit-silently", "minimal minimal-open gateway whatsapp crm", "an event too many is dropped without a word";
        RestDoesNotEmit => "rest-does-not-emit", "minimal minimal-open whatsapp crm", "what REST changes is not broadcast";
        DeleteDoesNotEmit => "delete-does-not-emit", "whatsapp crm", "a deletion is not broadcast";
        HealthDown => "health-down", "crm", "GET /healthz answers 503";
        CorsOpen => "cors-open", "gateway whatsapp crm", "every origin is allowed";
        StringAsNumber => "string-as-number", "whatsapp", "ids in broadcasts are numbers";
        MissingUser => "missing-user", "minimal minimal-open gateway whatsapp crm", "broadcasts do not say whose they are";
        TypeLost => "type-lost", "gateway whatsapp", "every message is said to be a text";
        SenderUnheard => "sender-unheard", "minimal minimal-open gateway whatsapp crm", "who sends a message does not hear it";
        ThroughBothRooms => "through-both-rooms", "gateway", "who is in the conversation room hears a message through the user room, too";
        ConfirmationToAll => "confirmation-to-all", "minimal minimal-open gateway whatsapp", "what confirms to one socket goes to every socket";
        AnsweredTwice => "answered-twice", "minimal minimal-open gateway whatsapp", "what is emitted to the one who asked is emitted twice";
        CreatedToCreatorOnly => "created-to-creator-only", "minimal minimal-open", "a new conversation is announced to its creator only";
        NotAutoJoined => "not-auto-joined", "minimal minimal-open", "who gets a new conversation is not in its room";
        PairCreatedTwice => "pair-created-twice", "gateway", "a pair that has a conversation gets another one";
        PayloadUserTrusted => "payload-user-trusted", "gateway whatsapp", "whoever a payload names is taken to have sent it";
        TypingLeaks => "typing-leaks", "gateway whatsapp crm", "typing reaches every connected socket";
        PresencePerDevice => "presence-per-device", "gateway whatsapp", "every device that comes or goes is announced";
        OfflineNeverTold => "offline-never-told", "gateway whatsapp", "nobody is told that a user went offline";
        OfflineLate => "offline-late", "gateway whatsapp", "that a user went offline is told 5 s late";
        StatusNeverTold => "status-never-told", "whatsapp", "nobody is told that a message was delivered or read";
        StatusRegresses => "status-regresses", "whatsapp", "a message that is read is said to be delivered afterwards";
        StatusToStranger => "status-to-stranger", "whatsapp", "the status of a message reaches every connected socket";
        DeliveredBeforeReceived => "delivered-before-received", "whatsapp", "a message is said to be delivered before it is received";
        ReadMovesOwn => "read-moves-own", "whatsapp", "a reader's own messages are said to be read";
        PageIgnoresLimit => "page-ignores-limit", "gateway", "every page holds the whole history";
        NewestLast => "newest-last", "gateway", "a page has its newest message last";
        WrongTotal => "wrong-total", "gateway", "a page counts one message too many";
        WrongValidationText => "wrong-validation-text", "gateway", "a wrong payload is refused with another text than documented";
        WrongNotFoundText => "wrong-not-found-text", "gateway", "what does not exist is refused with another text than documented";
        ReactionFromStranger => "reaction-from-stranger", "whatsapp", "who is no participant may put a reaction on a message";
        ReactionTwice => "reaction-twice", "whatsapp", "the same reaction again is broadcast again";
        ReactionEndNeverTold => "reaction-end-never-told", "whatsapp", "nobody is told that a reaction is taken back";
        ReactionToStranger => "reaction-to-stranger", "whatsapp", "reactions reach every connected socket";
        ReactionNotKept => "reaction-not-kept", "whatsapp", "the history does not show reactions";
        LastSeenFrozen => "last-seen-frozen", "whatsapp", "when a user was last seen is always the same moment";
        LastSeenNever => "last-seen-never", "whatsapp", "nobody was ever seen";
        EditNotMarked => "edit-not-marked", "whatsapp", "the history does not show that a message was changed";
        OfflineDeliveryLost => "offline-delivery-lost", "minimal minimal-open gateway whatsapp crm", "the newest message that was missed is not delivered";
        OfflineDeliveryTwice => "offline-delivery-twice", "minimal minimal-open gateway whatsapp crm", "every message that was missed is delivered twice";
        OfflineDeliveryReversed => "offline-delivery-reversed", "minimal minimal-open gateway whatsapp crm", "what was missed is delivered with the newest first";
        OfflineDeliveryOfAll => "offline-delivery-of-all", "minimal minimal-open gateway whatsapp crm", "who rejoins one conversation is told what was said in all the others";
        ErrorWithoutDisconnect => "error-without-disconnect", "gateway", "a connection without a user is told so and stays";
        DisconnectWithoutError => "disconnect-without-error", "gateway", "a connection without a user is closed without a word";
    }
}

catalogue! {
    /// A difference that no document forbids: a judge must not mind it. Either it concerns how JSON is written and when
    /// it is sent, or it is another of the forms in which real servers keep the same promise.
    Variation, "variation" {
        KeyOrder => "key-order", "minimal minimal-open gateway whatsapp crm", "object keys come in reverse order";
        Delay => "delay", "minimal minimal-open gateway whatsapp crm", "every emission is a few milliseconds late; the order is kept";
        Whitespace => "whitespace", "minimal minimal-open gateway whatsapp crm", "JSON on the socket and in REST bodies has extra white space";
        JoinedOnly => "joined-only", "gateway", "messages reach only sockets in the room, the other reading of the document";
        OnlineToSelf => "online-to-self", "gateway whatsapp", "who comes online hears of it, too";
        Exceptions => "exceptions", "minimal minimal-open whatsapp crm", "every refusal is the event `exception`, as of a guard or a pipe in NestJS";
        EventOnly => "event-only", "minimal minimal-open gateway whatsapp", "what is answered by event and by ack is answered by event alone";
        WholeSeconds => "whole-seconds", "gateway whatsapp crm", "timestamps have no fractions of a second";
        OtherZone => "other-zone", "gateway whatsapp crm", "timestamps are written in another time zone, with its offset";
        ClockAhead => "clock-ahead", "gateway", "the clock of the server is 90 s ahead of others, and so is its Date header";
        JoinedToSelf => "joined-to-self", "crm", "who joins hears of it, too";
        RestAnswersOk => "rest-answers-200", "minimal minimal-open gateway whatsapp crm", "a creation by REST is answered with 200 instead of 201";
        RestWraps => "rest-wraps", "minimal minimal-open gateway whatsapp crm", "what a creation by REST is answered with stands in `data`, as an interceptor puts it";
        AckOnly => "ack-only", "gateway", "what is answered by event and by ack is answered by ack alone";
    }
}
