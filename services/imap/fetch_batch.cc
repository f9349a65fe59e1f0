#include "imap/fetch_batch.h"

#include <unordered_map>

#include "imap/fetch_section.h"
#include "sky/imap-proto/write.h"
#include "sky/mime/imap_text.h"

namespace sky::imapd {
namespace {

using What = imap::FetchItem::What;

struct Needs {
    bool texts = false;
    store::Want want = store::Want::basics;
};

// What must be read beside the view. BODY[] itself needs nothing but the size, which the view has.
Needs needs_of(const imap::FetchRequest& request) {
    Needs out;
    const auto text = [&](store::Want want) {
        out.texts = true;
        out.want = out.want | want;
    };
    for (const imap::FetchItem& item : request.items) {
        switch (item.what) {
            case What::envelope:
                text(store::Want::envelope);
                break;
            case What::body:
            case What::body_structure:
                text(store::Want::bodystructure);
                break;
            case What::thread_id:
            case What::rfc822_header:
            case What::rfc822_text:
                text(store::Want::basics);
                break;
            case What::section:
                if (!item.section.path.empty())
                    text(store::Want::tree);
                else if (item.section.text != imap::Section::Text::none)
                    text(store::Want::basics);
                break;
            default:
                break;
        }
    }
    return out;
}

void append_date(std::string& out, Time time) {
    using namespace std::chrono;
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<seconds>(time - day));
    const auto two = [&](auto value, char pad) {
        const auto number = static_cast<unsigned>(value);
        out += number < 10 ? pad : static_cast<char>('0' + number / 10);
        out += static_cast<char>('0' + number % 10);
    };
    out += '"';
    two(static_cast<unsigned>(date.day()), ' ');
    ((out += '-') += months[static_cast<unsigned>(date.month()) - 1]) += '-';
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
    two(year / 100, '0');
    two(year % 100, '0');
    out += ' ';
    two(clock.hours().count(), '0');
    out += ':';
    two(clock.minutes().count(), '0');
    out += ':';
    two(clock.seconds().count(), '0');
    out += " +0000\"";
}

// An item that is ready: no waiting. False for those that stream.
bool append_item(Session& session, const imap::FetchItem& item, const Target& target, const store::Placement& message,
                 const store::EmailText* text) {
    std::string& out = session.out();
    switch (item.what) {
        case What::flags:
            ((out += "FLAGS (") += session.mailbox().view().flags_text(message.flags)) += ')';
            return true;
        case What::uid:
            out += "UID ";
            imap::append_number(out, target.uid);
            return true;
        case What::size:
            out += "RFC822.SIZE ";
            imap::append_number(out, message.size);
            return true;
        case What::internal_date:
            out += "INTERNALDATE ";
            append_date(out, message.internal_date);
            return true;
        case What::mod_seq:
            out += "MODSEQ (";
            imap::append_number(out, static_cast<std::uint64_t>(message.modseq.value));
            out += ')';
            return true;
        case What::email_id:
            out += "EMAILID (E";
            imap::append_number(out, static_cast<std::uint64_t>(message.email.value));
            out += ')';
            return true;
        case What::thread_id:
            out += "THREADID (T";
            imap::append_number(out, static_cast<std::uint64_t>(text->thread.value));
            out += ')';
            return true;
        case What::envelope:
            (out += "ENVELOPE ") += text->envelope;
            return true;
        case What::body_structure:
            (out += "BODYSTRUCTURE ") += text->bodystructure;
            return true;
        case What::body:
            (out += "BODY ") += mime::body_form(text->bodystructure);
            return true;
        default:
            return false;
    }
}

// One FETCH response; 0 when the message turns out to be gone.
Task<Result<std::size_t>> answer(Session& session, const imap::FetchRequest& request, const FetchOne& one, std::size_t index,
                                 OctetsAhead& ahead) {
    const auto octets = co_await ahead.of(index);
    if (!octets) co_return forward(octets);
    std::string& out = session.out();
    const std::size_t start = out.size();
    const std::uint64_t flushes = session.wire().flushes;
    append_fetch_start(out, session.telling(), one.target.number, one.target.uid);
    bool space = false;
    for (const imap::FetchItem& item : request.items) {
        if (std::exchange(space, true)) out += ' ';
        if (append_item(session, item, one.target, one.message, one.text)) continue;
        auto streamed = co_await fetch_section(session, item, one, *octets);
        if (streamed) continue;
        if (session.wire().flushes != flushes) {
            session.wire().stream().close();
            co_return forward(streamed);
        }
        out.resize(start);  // nothing of it has left: an error like any other
        if (streamed.error().fault == Fault::not_found) co_return std::size_t{0};
        co_return forward(streamed);
    }
    out += ")\r\n";
    if (request.wants(What::flags)) session.mailbox().told(one.target.uid, one.message.modseq);
    co_return std::size_t{1};
}

}  // namespace

Task<Result<std::size_t>> fetch_batch(Session& session, std::span<const Target> targets, const imap::FetchRequest& request) {
    std::vector<FetchOne> ones;
    ones.reserve(targets.size());
    for (const Target& target : targets)
        if (const store::Placement* message = session.mailbox().view().find(target.uid)) ones.push_back({target, *message});

    const Needs needs = needs_of(request);
    std::unordered_map<std::int64_t, store::EmailText> texts;
    if (needs.texts) {
        std::vector<EmailId> emails;
        emails.reserve(ones.size());
        for (const FetchOne& one : ones) emails.push_back(one.message.email);
        auto found =
            co_await store::Reader(session.house().pool).texts(session.account().tenant, std::move(emails), needs.want, session.limit());
        if (!found) co_return forward(found);
        texts.reserve(found->size());
        for (store::EmailText& text : *found) texts.emplace(text.email.value, std::move(text));
    }

    if (needs.texts)
        std::erase_if(ones, [&](FetchOne& one) {
            const auto text = texts.find(one.message.email.value);
            if (text == texts.end()) return true;
            one.text = &text->second;
            return false;
        });

    OctetsAhead ahead(session, request, ones);
    std::size_t answered = 0;
    for (std::size_t i = 0; i < ones.size(); ++i) {
        const auto written = co_await answer(session, request, ones[i], i, ahead);
        if (!written) co_return forward(written);
        answered += *written;
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return forward(sent);
    }
    co_return answered;
}

}  // namespace sky::imapd
