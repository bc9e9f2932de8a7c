// SPDX-License-Identifier: Apache-2.0
#include "weir/http/response.h"

#include <utility>

namespace weir::http {

Response text_response(unsigned status, std::string body) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body = std::move(body);
  return response;
}

Response error_response(unsigned status, std::string body) {
  Response response = text_response(status, std::move(body));
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  return response;
}

Response deferred_response(std::function<void(Respond)> start) {
  Response response;
  response.deferred = std::move(start);
  return response;
}

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 307: return "Temporary Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Request Entity Too Large";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

}  // namespace weir::http
