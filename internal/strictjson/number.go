package strictjson

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number reads a number: RFC 8259 section 6.
func (s *scanner) number() (string, error) {
	start := s.at
	if s.peek() == '-' {
		s.at++
	}
	if s.peek() == '0' {
		s.at++
	} else if !s.digits() {
		return "", s.syntax("minus sign without a digit")
	}
	if s.peek() == '.' {
		if s.at++; !s.digits() {
			return "", s.syntax("decimal point without a digit")
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.at++
		if c := s.peek(); c == '+' || c == '-' {
			s.at++
		}
		if !s.digits() {
			return "", s.syntax("exponent without a digit")
		}
	}
	text := s.text[start:s.at]
	return text, s.bounded(start, len(text))
}

// digits reads one digit or more.
func (s *scanner) digits() bool {
	start := s.at
	for isDigit(s.peek()) {
		s.at++
	}
	return s.at > start
}
