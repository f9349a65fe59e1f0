// The same mail as GMime reads it: structure, types, decoded octets, names of files, header texts, addresses, dates, ids.
#include <gmime/gmime.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "random_mail.h"
#include "sky/base/ascii.h"
#include "sky/mime/address.h"
#include "sky/mime/date.h"
#include "sky/mime/header.h"
#include "sky/mime/message_id.h"
#include "sky/mime/parameters.h"
#include "sky/mime/tree.h"
#include "sky/mime/words.h"

using namespace sky::mime;

namespace {

struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
};
template <class T>
using Object = std::unique_ptr<T, Unref>;

std::string text(const char* value) { return value ? value : ""; }

// One line a part and a header field: what both must agree on.
using Reading = std::vector<std::string>;

void describe(Reading& out, int depth, const std::string& type, const std::string& name, const std::string& octets) {
    out.push_back(std::string(static_cast<std::size_t>(depth), ' ') + type + " [" + name + "] " + octets);
}

// ---- theirs

void their_headers(Reading& out, GMimeMessage* message) {
    out.push_back("subject " + text(g_mime_message_get_subject(message)));
    out.push_back("id " + text(g_mime_message_get_message_id(message)));
    if (auto* date = g_mime_message_get_date(message)) out.push_back("date " + std::to_string(g_date_time_to_unix(date)));
    for (const auto [type, name] :
         {std::pair{GMIME_ADDRESS_TYPE_FROM, "from"}, {GMIME_ADDRESS_TYPE_TO, "to"}, {GMIME_ADDRESS_TYPE_CC, "cc"}}) {
        const auto add = [&, name](auto&& self, InternetAddressList* list) -> void {
            for (int i = 0; list != nullptr && i < internet_address_list_length(list); ++i) {
                auto* address = internet_address_list_get_address(list, i);
                if (INTERNET_ADDRESS_IS_GROUP(address)) {
                    self(self, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)));
                } else {
                    out.push_back(std::string(name) + " " + text(internet_address_get_name(address)) + " <" +
                                  text(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address))) + ">");
                }
            }
        };
        add(add, g_mime_message_get_addresses(message, type));
    }
    if (auto* header = g_mime_object_get_header(GMIME_OBJECT(message), "References")) {
        auto* references = g_mime_references_parse(nullptr, header);
        for (int i = 0; i < g_mime_references_length(references); ++i)
            out.push_back("reference " + text(g_mime_references_get_message_id(references, i)));
        g_mime_references_free(references);
    }
}

void their_parts(Reading& out, int depth, GMimeObject* part) {
    auto* content_type = g_mime_object_get_content_type(part);
    const auto type = sky::ascii::to_lower(text(g_mime_content_type_get_media_type(content_type)) + "/" +
                                           text(g_mime_content_type_get_media_subtype(content_type)));
    if (GMIME_IS_MULTIPART(part)) {
        describe(out, depth, type, "", "");
        for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(part)); ++i)
            their_parts(out, depth + 1, g_mime_multipart_get_part(GMIME_MULTIPART(part), i));
    } else if (GMIME_IS_MESSAGE_PART(part)) {
        describe(out, depth, type, "", "");
        auto* message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
        their_headers(out, message);
        their_parts(out, depth + 1, g_mime_message_get_mime_part(message));
    } else {
        const Object<GMimeStream> stream(g_mime_stream_mem_new());
        auto* content = g_mime_part_get_content(GMIME_PART(part));
        if (content) g_mime_data_wrapper_write_to_stream(content, stream.get());
        auto* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
        describe(out, depth, type, text(g_mime_part_get_filename(GMIME_PART(part))),
                 std::string(reinterpret_cast<const char*>(bytes->data), bytes->len));
    }
}

Reading theirs(const std::string& mail) {
    const Object<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(mail.data(), mail.size()));
    const Object<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Object<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
    Reading out;
    their_headers(out, message.get());
    their_parts(out, 0, g_mime_message_get_mime_part(message.get()));
    return out;
}

// ---- ours

std::string value(const Header& header, std::string_view name) {
    const auto* field = find(header, name);
    return field ? unfold(field->value) : std::string();
}

void our_headers(Reading& out, std::string_view header_text) {
    const auto header = parse_header(header_text);
    out.push_back("subject " + decode_words(value(header, "subject")));
    const auto ids = parse_message_ids(value(header, "message-id"));
    out.push_back("id " + (ids.empty() ? std::string() : ids[0]));
    if (const auto date = parse_date(value(header, "date"))) out.push_back("date " + std::to_string(sky::unix_seconds(date->time)));
    for (const std::string name : {"from", "to", "cc"})
        for (const auto& address : parse_addresses(value(header, name)))
            if (address.kind == Address::Kind::mailbox)
                out.push_back(name + " " + decode_words(address.name) + " <" + address.local + "@" + address.domain + ">");
    for (const auto& id : parse_message_ids(value(header, "references"))) out.push_back("reference " + id);
}

std::string parameter(const std::vector<Parameter>& parameters, std::string_view name) {
    const auto* found = find_parameter(parameters, name);
    return found ? *found : std::string();
}

Reading ours(const std::string& mail) {
    const auto tree = parse_tree(mail);
    Reading out;
    our_headers(out, std::string_view(mail).substr(0, tree.parts[0].header_size));
    std::vector<int> depths(tree.parts.size(), 0);
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
        const auto& part = tree.parts[i];
        if (i > 0) depths[i] = depths[part.parent] + 1;
        const auto header_text = std::string_view(mail).substr(part.header_offset, part.header_size);
        const bool is_message = i > 0 && tree.parts[part.parent].kind == Part::Kind::message;
        if (is_message) our_headers(out, header_text);
        const auto header = parse_header(header_text);
        auto type = parse_content_type(value(header, "content-type")).value_or(ContentType());
        if (find(header, "content-type") == nullptr && i > 0 && !is_message) {
            const auto& parent = tree.parts[part.parent];
            const auto above = parse_header(std::string_view(mail).substr(parent.header_offset, parent.header_size));
            if (parse_content_type(value(above, "content-type"))->subtype == "digest") type = {"message", "rfc822", {}};
        }
        std::string name, octets;
        if (part.kind == Part::Kind::leaf) {
            const auto disposition = parse_disposition(value(header, "content-disposition"));
            if (disposition) name = parameter(disposition->parameters, "filename");
            if (name.empty()) name = parameter(type.parameters, "name");
            octets = decode_transfer(std::string_view(mail).substr(part.body_offset(), part.body_size), part.encoding);
        }
        describe(out, depths[i], type.type + "/" + type.subtype, name, octets);
    }
    return out;
}

}  // namespace

TEST_CASE("mail that programs write is read as GMime reads it", "[mime][oracle]") {
    g_mime_init();
    std::size_t parts = 0;
    for (unsigned seed = 1; seed <= 1'000; ++seed) {
        const auto mail = sky::mime::oracle::RandomMail(seed).message();
        auto mine = ours(mail), other = theirs(mail);
        parts += mine.size();
        const auto [left, right] = std::ranges::mismatch(mine, other);
        if (left == mine.end() && right == other.end()) continue;
        CAPTURE(seed, mail);
        CHECK((left == mine.end() ? "nothing" : *left) == (right == other.end() ? "nothing" : *right));
    }
    CHECK(parts > 10'000);
    g_mime_shutdown();
}
