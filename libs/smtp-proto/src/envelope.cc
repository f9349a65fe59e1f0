// MAIL and RCPT arguments.
#include <algorithm>

#include "scan.h"
#include "sky/smtp-proto/command.h"

namespace sky::smtp {
namespace {
// RFC 5321 §4.1.2: esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-"); esmtp-value has no "=", space or control.
Result<Parameter> parse_parameter(std::string_view text) {
    const auto equals = text.find('=');
    const auto keyword = text.substr(0, equals);
    const bool keyword_ok =
        !keyword.empty() && keyword.front() != '-' && std::ranges::all_of(keyword, [](char c) { return ascii::is_alnum(c) || c == '-'; });
    Parameter parameter{ascii::to_upper(keyword), std::nullopt};
    if (equals != std::string_view::npos) parameter.value = std::string(text.substr(equals + 1));
    const bool value_ok = !parameter.value || (!parameter.value->empty() && parameter.value->find_first_of("= \t") == std::string::npos);
    if (!keyword_ok || !value_ok) return unexpected(Fault::syntax, "bad parameter syntax", ascii::printable(text, 80));
    return parameter;
}

Result<std::vector<Parameter>> parse_parameters(std::string_view text) {
    std::vector<Parameter> parameters;
    if (text.empty()) return parameters;
    if (text.front() != ' ') return unexpected(Fault::syntax, "bad address syntax", "octets behind the path");
    for (const auto part : ascii::split(text.substr(1), ' ')) {
        if (part.empty()) continue;  // doubled spaces are common
        auto parameter = parse_parameter(part);
        if (!parameter) return forward(parameter);
        if (std::ranges::any_of(parameters, [&](const Parameter& p) { return p.keyword == parameter->keyword; }))
            return unexpected(Fault::syntax, "parameter given twice", parameter->keyword);
        parameters.push_back(std::move(*parameter));
    }
    return parameters;
}

std::unexpected<Error> unknown_parameter(const Parameter& p) {
    return unexpected(Fault::unsupported, "parameter not supported", ascii::printable(p.keyword, 40));
}

Result<bool> apply(MailFrom& mail, const Parameter& p) {
    const std::string value = p.value.value_or("");
    if (p.keyword == "SIZE") {  // RFC 1870 §4: at most 20 digits
        const auto size = value.size() <= 20 ? ascii::number(value) : std::nullopt;
        if (!size) return unexpected(Fault::syntax, "bad SIZE");
        mail.size = *size;
    } else if (p.keyword == "BODY") {  // RFC 6152 §2
        if (ascii::equals_ignoring_case(value, "8BITMIME"))
            mail.body = Body::eight_bit_mime;
        else if (!ascii::equals_ignoring_case(value, "7BIT"))
            return unexpected(Fault::unsupported, "BODY type not supported");
    } else if (p.keyword == "AUTH") {  // RFC 4954 §5
        if (value.empty() || value.size() > 500) return unexpected(Fault::syntax, "bad AUTH parameter");
        mail.auth = value;
    } else {
        return unknown_parameter(p);
    }
    return true;
}

// "FROM:" or "TO:", and the space that many clients put behind it against the grammar.
bool take_keyword(std::string_view& argument, std::string_view keyword) {
    if (!take(argument, keyword)) return false;
    while (argument.starts_with(' ')) argument.remove_prefix(1);
    return true;
}
}  // namespace

Result<MailFrom> parse_mail(std::string_view argument) {
    if (!take_keyword(argument, "FROM:")) return unexpected(Fault::syntax, "MAIL FROM:<address> expected");
    auto path = parse_reverse_path(argument);
    if (!path) return forward(path);
    auto parameters = parse_parameters(argument);
    if (!parameters) return forward(parameters);
    MailFrom mail{.path = std::move(*path)};
    for (const Parameter& p : *parameters)
        if (auto applied = apply(mail, p); !applied) return forward(applied);
    return mail;
}

std::string print(const MailFrom& mail) {
    std::string out = "FROM:" + print(mail.path);
    if (mail.size) out += " SIZE=" + std::to_string(*mail.size);
    if (mail.body == Body::eight_bit_mime) out += " BODY=8BITMIME";
    if (mail.auth) out += " AUTH=" + *mail.auth;
    return out;
}

Result<RcptTo> parse_rcpt(std::string_view argument) {
    if (!take_keyword(argument, "TO:")) return unexpected(Fault::syntax, "RCPT TO:<address> expected");
    auto address = parse_forward_path(argument);
    if (!address) return forward(address);
    auto parameters = parse_parameters(argument);
    if (!parameters) return forward(parameters);
    if (!parameters->empty()) return unknown_parameter(parameters->front());
    return RcptTo{std::move(*address)};
}

std::string print(const RcptTo& rcpt) { return "TO:<" + print(rcpt.address) + ">"; }

}  // namespace sky::smtp
