#include "imap/metadata_text.h"

#include <algorithm>

#include "sky/imap-proto/metadata.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {

void append_metadata(std::string& out, std::string_view mailbox, const std::vector<mailstore::MetadataEntry>& found,
                     const std::vector<std::string>& asked, imap::NameForm form) {
    std::string values;
    const auto begin = [&](std::string_view entry) {
        if (!values.empty()) values += ' ';
        imap::append_astring(values, entry);
        values += ' ';
    };
    for (const mailstore::MetadataEntry& one : found) {
        if (!one.value) continue;
        begin(one.name);
        imap::append_metadata_value(values, *one.value);
    }
    for (const std::string& entry : asked) {
        if (std::ranges::find(found, entry, &mailstore::MetadataEntry::name) != found.end()) continue;
        begin(entry);
        values += "NIL";
    }
    if (values.empty()) return;
    out += "* METADATA ";
    imap::append_mailbox(out, mailbox, form);
    ((out += " (") += values) += ")\r\n";
}

}  // namespace sky::imapd
