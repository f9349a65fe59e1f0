#pragma once
// Asks an HTTP service for the text of attachments, as Apache Tika's server offers it: PUT of the octets, text/plain back.
#include <memory>
#include <string>

#include "sky/mailstore/attachment_text.h"
#include "sky/net/tls.h"

namespace sky::delivery {

// `url`: http:// for a neighbour, or https:// with `tls`. 415, 422, 204 and other refusals mean an attachment without text; 408, 429 and
// 5xx but 500 mean another time, as does no answer within a minute.
mailstore::Converter attachment_converter(std::string url, std::shared_ptr<const net::TlsClient> tls);

}  // namespace sky::delivery
