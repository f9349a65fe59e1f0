#include "delivery/request.h"

#include <algorithm>

#include "delivery/dsn.h"
#include "sky/base/ascii.h"
#include "sky/smtp-proto/decision.h"
#include "sky/smtp-proto/trace.h"

namespace sky::delivery {
namespace {

// One line of printable ASCII: a sender's words can't break the mail.
std::string line(std::string_view text) { return ascii::printable(text, 400); }

std::string named(const std::string& sender) { return sender.empty() ? "<> (a mail system)" : "<" + line(sender) + ">"; }

bool is_eight_bit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 127; });
}

struct Head {
    std::string_view host, group, subject, reply_to;
    Uuid id;
    Time now;
    bool eight_bit = false;
};
// The header section up to the first part's own. To names no one: each moderator gets the same mail (RFC 5322 §3.4, an empty group).
std::string head(const Head& mail, const std::string& boundary) {
    std::string out = "From: <" + line(mail.group) + ">\r\nTo: moderators:;\r\n";
    if (!mail.reply_to.empty()) out += "Reply-To: <" + line(mail.reply_to) + ">\r\n";
    out += "Subject: " + line(mail.subject) + "\r\nDate: " + smtp::date_time(mail.now) + "\r\nMessage-ID: <" +
           request_message_id(mail.id, mail.host) +
           ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"" + boundary +
           "\"\r\n";
    if (mail.eight_bit) out += "Content-Transfer-Encoding: 8bit\r\n";
    return out + "\r\n--" + boundary + "\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n";
}

// RFC 2046 §5.2.1: a message is attached as it is.
std::string attached(std::string_view type, std::string_view octets, const std::string& boundary) {
    std::string out = "\r\n--" + boundary + "\r\nContent-Type: " + std::string(type) + "\r\n";
    if (is_eight_bit(octets)) out += "Content-Transfer-Encoding: 8bit\r\n";
    out.append("\r\n").append(octets);
    if (!octets.ends_with("\r\n")) out += "\r\n";
    return out + "\r\n--" + boundary + "--\r\n";
}

std::string domain_of(const std::string& address) { return address.substr(address.rfind('@') + 1); }

}  // namespace

std::string request_message_id(Uuid id, std::string_view host) { return id.text() + "@" + line(host); }

std::string write_request(const ModerationRequest& request) {
    const auto address = [&](smtp::Choice choice) { return smtp::print({choice, request.token, domain_of(request.group)}); };
    const auto approve = address(smtp::Choice::approve), reject = address(smtp::Choice::reject);
    const bool whole = !request.original.empty();
    const std::string_view octets = whole ? request.original : request.header;
    const std::string boundary = "=_" + request.id.text();
    std::string out = head({.host = request.host,
                            .group = request.group,
                            .subject = "Mail of " + named(request.sender) + " to " + request.group + " waits for you",
                            .reply_to = approve,
                            .id = request.id,
                            .now = request.now,
                            .eight_bit = is_eight_bit(octets)},
                           boundary);
    out += "Mail to a group that you moderate waits for a decision.\r\n\r\n    To:   " + line(request.group) +
           "\r\n    From: " + named(request.sender) +
           "\r\n\r\n"
           "To let it through, reply to this mail; what you write does not matter. Or use:\r\n"
           "    mailto:" +
           approve +
           "\r\n\r\n"
           "To return it to its sender, write to the following address; the first words\r\n"
           "of your mail are passed on to the sender as the reason.\r\n"
           "    mailto:" +
           reject +
           "\r\n\r\n"
           "Send from the mailbox by which you moderate, through your usual outgoing\r\n"
           "server. The first decision of any moderator counts. Without one it is returned\r\n"
           "to its sender on " +
           smtp::date_time(request.until) + ".\r\n\r\n" +
           (whole ? "The mail is attached.\r\n" : "It is large: only its header is attached.\r\n");
    return out + attached(whole ? "message/rfc822" : "text/rfc822-headers", octets, boundary);
}

std::string write_lapse(const LapseNotice& notice) {
    const std::string boundary = "=_" + notice.id.text();
    std::string out = head({.host = notice.host,
                            .group = notice.group,
                            .subject = "Mail of " + named(notice.sender) + " to " + notice.group + " was returned",
                            .reply_to = {},
                            .id = notice.id,
                            .now = notice.now,
                            .eight_bit = is_eight_bit(notice.header)},
                           boundary);
    out += "Nobody decided in time about a mail to a group that you moderate.\r\n\r\n    To:   " + line(notice.group) +
           "\r\n    From: " + named(notice.sender) +
           "\r\n\r\n"
           "It was returned to its sender. Its header is attached.\r\n";
    return out + attached("text/rfc822-headers", notice.header, boundary);
}

}  // namespace sky::delivery
