package main

import "net/http"

// What went over the wire: x/oauth2 does not tell how often it asked.
type wire struct {
	seen []exchange
}

type exchange struct {
	path   string
	status int
}

func (wire *wire) client() *http.Client { return &http.Client{Transport: wire} }

// RoundTrip sends a request as it is, and notes the answer.
func (wire *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err == nil {
		wire.seen = append(wire.seen, exchange{request.URL.Path, response.StatusCode})
	}
	return response, err
}

func (wire *wire) answers(path string) []int {
	var statuses []int
	for _, exchange := range wire.seen {
		if exchange.path == path {
			statuses = append(statuses, exchange.status)
		}
	}
	return statuses
}
