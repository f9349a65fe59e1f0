#include "sky/imap-proto/append.h"

#include <catch2/catch.hpp>

using namespace sky::imap;

namespace {

// Reads the pieces of a command's text and writes down what comes.
std::string read(std::initializer_list<std::string_view> pieces, AppendText::Utf8 utf8 = AppendText::Utf8::refused) {
    AppendText text(utf8);
    std::string out;
    for (const std::string_view piece : pieces) {
        Arguments in(piece);
        while (true) {
            const auto step = text.next(in);
            if (!step) return out + "error";
            if (const auto* begins = std::get_if<AppendBegins>(&*step)) {
                out += "[" + std::to_string(begins->flags.system) + (begins->date ? "d " : " ");
                for (const std::string& keyword : begins->flags.keywords) out += keyword + " ";
            } else if (const auto* octets = std::get_if<AppendOctets>(&*step)) {
                out += octets->as == AppendOctets::As::whole ? "whole " : "part ";
                out += octets->header == AppendOctets::Header::utf8 ? "utf8 " : "";
                out += std::to_string(octets->size);
                break;
            } else if (const auto* url = std::get_if<AppendUrl>(&*step)) {
                out += url->text ? "url(" + *url->text + ")" : "url{" + std::to_string(url->size) + "}";
                if (!url->text) break;
            } else if (std::holds_alternative<AppendEnds>(*step)) {
                out += "]";
            } else {
                return out + ".";
            }
        }
    }
    return out + "more";
}

}  // namespace

TEST_CASE("APPEND has flags, a date and a message", "[imap-proto][rfc9051:6.3.12]") {
    CHECK(read({" (\\Seen $x) \"17-Jul-1996 02:44:25 -0700\" {310}\r\n", ""}) == "[8d $x whole 310].");
    CHECK(read({" {5+}\r\n", ""}) == "[0 whole 5].");
    CHECK(read({" ~{5}\r\n", ""}) == "[0 whole 5].");
    CHECK(read({""}) == "error");
    for (const char* wrong : {" {5}", " () () {5}\r\n", "{5}\r\n", " \"x\" {5}\r\n", " x", " {}\r\n", " {99999999999999999999}\r\n"})
        CHECK(read({wrong}).ends_with("error"));
    CHECK(read({" {5}\r\n", "x"}) == "[0 whole 5]error");
}

TEST_CASE("several messages follow each other", "[imap-proto][rfc3502:6.3.11]") {
    CHECK(read({" {1}\r\n", " (\\Draft) {2+}\r\n", " \"17-Jul-1996 02:44:25 -0700\" {3}\r\n", ""}) ==
          "[0 whole 1][16 whole 2][0d whole 3].");
    CHECK(read({" {1}\r\n", " (\\Draft)"}) == "[0 whole 1]error");
    CHECK(read({" {1}\r\n", " "}) == "[0 whole 1][0 error");
}

TEST_CASE("a message is made of texts and URLs", "[imap-proto][rfc4469:5]") {
    CHECK(read({" () CATENATE (TEXT {1}\r\n", " URL \"/INBOX/;UID=1\" url /x TEXT {2+}\r\n", ")"}) ==
          "[0 part 1url(/INBOX/;UID=1)url(/x)part 2].");
    CHECK(read({" catenate (URL {9}\r\n", " TEXT ~{2}\r\n", ") {3}\r\n", ""}) == "[0 url{9}part 2][0 whole 3].");
    for (const char* wrong : {" CATENATE ()", " CATENATE", " CATENATE(URL x)", " CATENATE (URL x", " CATENATE (URL x )",
                              " CATENATE (TEXT x)", " CATENATE (URL x TEXT)", " CATENATE (FOO x)", " CATENATE (URL x) x"})
        CHECK(read({wrong}).ends_with("error"));
    std::string many = " CATENATE (URL x";
    for (std::size_t i = 1; i < max_append_parts; ++i) many += " URL x";
    CHECK(read({many + ")"}).ends_with("]."));
    CHECK(read({many + " URL x)"}).ends_with("error"));
}

TEST_CASE("UTF8 data is for clients that enabled it", "[imap-proto][rfc6855:4]") {
    CHECK(read({" UTF8 (~{5}\r\n", ")"}, AppendText::Utf8::taken) == "[0 whole utf8 5].");
    CHECK(read({" (\\Seen) UTF8 (~{5+}\r\n", ") {3}\r\n", ""}, AppendText::Utf8::taken) == "[8 whole utf8 5][0 whole 3].");
    CHECK(read({" CATENATE (URL x UTF8 (~{5}\r\n", ") TEXT {2}\r\n", ")"}, AppendText::Utf8::taken) == "[0 url(x)part utf8 5part 2].");
    CHECK(read({" UTF8 (~{5}\r\n", ")"}) == "[0 error");
    CHECK(read({" UTF8 ({5}\r\n", ")"}, AppendText::Utf8::taken) == "[0 error");
    CHECK(read({" UTF8 (~{5}\r\n", ""}, AppendText::Utf8::taken) == "[0 whole utf8 5error");
}
