#include "delivery/dsn.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/smtp-proto/trace.h"

namespace sky::delivery {
namespace {

constexpr std::size_t most_header = 64 * 1024;

// One line of printable ASCII: a peer's words can't break the report.
std::string line(std::string_view text) { return ascii::printable(text, 900); }

// RFC 5322 §2.1.1 holds inside of the returned header too, whatever came in: lines stay below 998 octets, no bare CR or LF, no NUL.
std::string header_lines(std::string_view header) {
    std::string out;
    std::size_t column = 0;
    for (const char c : header.substr(0, most_header)) {
        if (c == '\r' || c == '\0') continue;
        if (c == '\n') {
            out += "\r\n";
            column = 0;
            continue;
        }
        if (++column > 990) {
            out += "\r\n ";
            column = 2;
        }
        out += c;
    }
    if (!out.ends_with("\r\n")) out += "\r\n";
    return out;
}

bool is_eight_bit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 127; });
}

std::string for_people(const Report& report) {
    std::string out = "This is the mail system at " + line(report.reporting_mta) +
                      ".\r\n\r\n"
                      "Your message could not be delivered to one or more recipients. The header\r\n"
                      "of your message and a report for machines follow.\r\n\r\n";
    for (const auto& failed : report.failed) {
        out += "<" + line(failed.address) + ">: " + (failed.remote_mta.empty() ? "" : line(failed.remote_mta) + " said:") + "\r\n    " +
               line(failed.reply) + "\r\n";
    }
    return out;
}

std::string for_machines(const Report& report) {
    std::string out = "Reporting-MTA: dns; " + line(report.reporting_mta) + "\r\nArrival-Date: " + smtp::date_time(report.arrival) + "\r\n";
    for (const auto& failed : report.failed) {
        out += "\r\n";
        if (!failed.original.empty()) out += "Original-Recipient: rfc822;" + line(failed.original) + "\r\n";
        out += "Final-Recipient: rfc822;" + line(failed.address) + "\r\nAction: failed\r\nStatus: " + status_of(failed.reply) + "\r\n";
        if (!failed.remote_mta.empty()) out += "Remote-MTA: dns; " + line(failed.remote_mta) + "\r\n";
        out += "Diagnostic-Code: " + std::string(failed.remote_mta.empty() ? "x-skybridge; " : "smtp; ") + line(failed.reply) + "\r\n";
        out += "Last-Attempt-Date: " + smtp::date_time(report.now) + "\r\n";
    }
    return out;
}

}  // namespace

std::string status_of(std::string_view reply) {
    const auto words = ascii::split(reply, ' ');
    const std::string_view code = words.front();
    if (words.size() > 1) {
        const auto parts = ascii::split(words[1], '.');
        const bool is_status =
            parts.size() == 3 && (parts[0] == "4" || parts[0] == "5") && ascii::number(parts[1], 999) && ascii::number(parts[2], 999);
        if (is_status) return std::string(words[1]);
    }
    return code.starts_with('4') ? "4.0.0" : "5.0.0";
}

std::string report_message_id(const Report& report) { return report.id.text() + "@" + line(report.reporting_mta); }

std::string write_report(const Report& report) {
    const std::string boundary = "=_" + report.id.text();
    const std::string header = header_lines(report.original_header);
    std::string out = "From: Mail Delivery System <MAILER-DAEMON@" + line(report.reporting_mta) + ">\r\nTo: <" + line(report.to) +
                      ">\r\nSubject: Undelivered Mail Returned to Sender\r\nDate: " + smtp::date_time(report.now) + "\r\nMessage-ID: <" +
                      report_message_id(report) +
                      ">\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
                      "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"" +
                      boundary + "\"\r\n";
    if (is_eight_bit(header)) out += "Content-Transfer-Encoding: 8bit\r\n";
    out += "\r\n--" + boundary + "\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n" + for_people(report);
    out += "\r\n--" + boundary + "\r\nContent-Type: message/delivery-status\r\n\r\n" + for_machines(report);
    out += "\r\n--" + boundary + "\r\nContent-Type: text/rfc822-headers\r\n";
    if (is_eight_bit(header)) out += "Content-Transfer-Encoding: 8bit\r\n";
    out += "\r\n" + header + "\r\n--" + boundary + "--\r\n";
    return out;
}

}  // namespace sky::delivery
