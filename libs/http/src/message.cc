#include "sky/http/message.h"

#include <ctime>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::http {

Response Response::text(int status, std::string_view body) {
    Response out;
    out.status = status;
    out.headers.set("Content-Type", "text/plain; charset=utf-8");
    out.body = body;
    return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto octet = i + 2 < text.size() ? hex_decode(text.substr(i + 1, 2)) : std::nullopt;
        if (!octet) return std::nullopt;
        out += *octet;
        i += 2;
    }
    return out;
}

std::string percent_encode_path(std::string_view path) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : path) {
        if (ascii::is_alnum(c) || std::string_view("-._~/").find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto octet = static_cast<unsigned char>(c);
            out += {'%', digits[octet >> 4], digits[octet & 15]};
        }
    }
    return out;
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
    for (const auto pair : ascii::split(query, '&')) {
        const auto equals = pair.find('=');
        std::string key(pair.substr(0, equals));
        std::string value(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
        for (auto* text : {&key, &value}) {
            for (char& c : *text) c = c == '+' ? ' ' : c;
        }
        if (percent_decode(key) == name) return percent_decode(value);
    }
    return std::nullopt;
}

std::string http_date(std::int64_t unix_seconds) {
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t time = unix_seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char rest[32];
    std::strftime(rest, sizeof rest, " %Y %H:%M:%S GMT", &parts);
    const std::string day = std::to_string(100 + parts.tm_mday).substr(1);
    return std::string(days[parts.tm_wday]) + ", " + day + " " + months[parts.tm_mon] + rest;
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 100:
            return "Continue";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 207:
            return "Multi-Status";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 423:
            return "Locked";
        case 424:
            return "Failed Dependency";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        case 507:
            return "Insufficient Storage";
        default:
            return "Status";
    }
}

}  // namespace sky::http
