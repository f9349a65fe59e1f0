// A page and a list of documents as they might stand in a damaged table.
#include <cstdint>
#include <cstdlib>

#include "sky/trigrams/query.h"

using namespace sky::trigrams;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t documents = data[0];
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (const auto ids = unpack_documents(input); ids && !ids->empty() && ids->front() > 0 && unpack_documents(pack_documents(*ids)) != ids)
        std::abort();
    Query query;
    query.require(Field::text, "ABCD");
    query.require(Field::text, "XY");
    const auto places = query.match(documents, 1, [&](std::uint32_t) { return input; });
    if (places)
        for (const auto place : *places)
            if (place >= documents) std::abort();
    Segment segment;
    for (std::size_t i = 0; i < documents; ++i) segment.documents.push_back(static_cast<std::int64_t>(i));
    segment.pages.emplace_back(input);
    (void)merge(std::span(&segment, 1), segment.documents);
    return 0;
}
