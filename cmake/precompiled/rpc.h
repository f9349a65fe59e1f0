// For rooms that speak gRPC.
#include "asio.h"

#include <boost/json.hpp>
#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/generic/generic_stub.h>
