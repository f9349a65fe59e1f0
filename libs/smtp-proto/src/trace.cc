#include "sky/smtp-proto/trace.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include "sky/base/ascii.h"

namespace sky::smtp {

std::string_view name(Transmission how) {
    switch (how) {
        case Transmission::smtp:
            return "SMTP";
        case Transmission::esmtp:
            return "ESMTP";
        case Transmission::esmtps:
            return "ESMTPS";
        case Transmission::esmtpa:
            return "ESMTPA";
        case Transmission::esmtpsa:
            return "ESMTPSA";
    }
    return "SMTP";
}

std::string date_time(Time when) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

std::string received(const Hop& hop) {
    std::string field = "Received: from " + hop.helo;
    if (hop.address) {
        const bool six = hop.address->find(':') != std::string::npos;
        field += fmt::format(" ([{}{}])", six ? "IPv6:" : "", *hop.address);
    }
    if (!hop.tls.empty()) field += "\r\n\t(using " + hop.tls + ")";
    field += fmt::format("\r\n\tby {} (Skybridge) with {} id {}", hop.host, name(hop.how), hop.id);
    if (hop.only_recipient) field += "\r\n\tfor <" + *hop.only_recipient + ">";
    return field + "; " + date_time(hop.when) + "\r\n";
}

}  // namespace sky::smtp
