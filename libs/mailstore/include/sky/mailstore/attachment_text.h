#pragma once
// The text of attachments, for searching: a converter is asked once a blob, and what it says is kept beside it.
#include <functional>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

inline constexpr std::size_t largest_attachment = std::size_t{32} * 1024 * 1024;  // larger ones have no text
inline constexpr std::size_t longest_attachment_text = 1024 * 1024;               // of a message; the rest is not searched
inline constexpr int attachment_tries = 20;                                       // then a message is indexed without

struct Attachment {
    std::string type;    // lower case: application/pdf
    std::string octets;  // transfer encoding undone
};

// An attachment's text. Fault::unsupported: there is none, which is kept; any other fault: it may be asked again another time.
using Converter = std::function<Task<Result<std::string>>(Attachment, Deadline)>;

// Emails that must wait for their attachments' text.
struct Unconverted {
    std::vector<EmailId> emails;
    bool away = false;  // the converter did not answer; otherwise the deadline came
};

// Has the attachments of these emails converted where that was not done. Broken octets have no text.
Task<Result<Unconverted>> convert_attachments(pg::Pool& pool, TenantId tenant, std::vector<EmailId> emails, const Converter& converter,
                                              Deadline deadline);

// The converted text as it is stored; empty when it is damaged.
std::string unpack_attachment_text(std::string_view data, std::uint32_t plain_size);

}  // namespace sky::mailstore
