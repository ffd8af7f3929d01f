package query

import (
	"errors"
	"math"
	"math/big"
	"sort"

	"github.com/octroi/octroi/internal/pyvalue"
)

var (
	errNaN      = errors.New("cannot convert float NaN to integer")
	errInfinity = errors.New("cannot convert float infinity to integer")
	errTooLarge = errors.New("int too large to convert to float")
)

func abs(v any) (any, error) {
	if n, ok := v.(*big.Int); ok {
		return new(big.Int).Abs(n), nil
	}
	return math.Abs(v.(float64)), nil
}

func ceil(v any) (any, error)  { return round(v, math.Ceil) }
func floor(v any) (any, error) { return round(v, math.Floor) }

func round(v any, to func(float64) float64) (any, error) {
	f, ok := v.(float64)
	if !ok {
		return v, nil
	}
	switch {
	case math.IsNaN(f):
		return nil, errNaN
	case math.IsInf(f, 0):
		return nil, errInfinity
	}
	n, _ := big.NewFloat(to(f)).Int(nil)
	return n, nil
}

// sum stays an integer as long as it meets no float.
func sum(v any) (any, error) {
	total := new(big.Int)
	for i, e := range v.([]any) {
		n, ok := e.(*big.Int)
		if !ok {
			return sumFloats(total, v.([]any)[i:])
		}
		total.Add(total, n)
	}
	return total, nil
}

func sumFloats(start *big.Int, rest []any) (any, error) {
	total, ok := pyvalue.Float(start)
	for _, e := range rest {
		f, fits := pyvalue.Float(e)
		if _, isFloat := e.(float64); !ok || !fits && !isFloat {
			return nil, errTooLarge
		}
		total += f
	}
	return total, nil
}

func average(v any) (any, error) {
	list := v.([]any)
	if len(list) == 0 {
		return nil, nil
	}
	total, err := sum(v)
	if err != nil {
		return nil, err
	}
	f, ok := pyvalue.Float(total)
	if _, isFloat := total.(float64); !ok && !isFloat {
		return nil, errTooLarge
	}
	return f / float64(len(list)), nil
}

func maximum(v any) (any, error) { return extreme(">", v.([]any), v.([]any)) }
func minimum(v any) (any, error) { return extreme("<", v.([]any), v.([]any)) }

func maximumBy(list, by any) (any, error) { return extremeBy("max_by", ">", list, by) }
func minimumBy(list, by any) (any, error) { return extremeBy("min_by", "<", list, by) }

func extremeBy(name, operator string, list, by any) (any, error) {
	order, err := orderKeys(name, list.([]any), by, []string{"number", "string"})
	if err != nil {
		return nil, err
	}
	return extreme(operator, list.([]any), order)
}

// extreme is the first element whose key beats all before it.
func extreme(operator string, list, order []any) (any, error) {
	if len(list) == 0 {
		return nil, nil
	}
	best := 0
	for i := 1; i < len(list); i++ {
		o, ok, err := compare(operator, order[i], order[best])
		if err != nil {
			return nil, err
		}
		if ok && (operator == ">" && o > 0 || operator == "<" && o < 0) {
			best = i
		}
	}
	return list[best], nil
}

// orderKeys applies the expression to every element.
func orderKeys(name string, list []any, by any, allowed []string) ([]any, error) {
	out := make([]any, len(list))
	for i, e := range list {
		k, err := by.(*reference).apply(e)
		if err != nil {
			return nil, err
		}
		if kind := kindOf(k); kind != allowed[0] && kind != allowed[len(allowed)-1] {
			return nil, typeError(name, k, kind, allowed)
		}
		out[i] = k
	}
	return out, nil
}

func sorted(v any) (any, error) { return sortBy(v.([]any), v.([]any)) }

func sortedBy(v, by any) (any, error) {
	list := v.([]any)
	if len(list) == 0 {
		return list, nil
	}
	first, err := by.(*reference).apply(list[0])
	if err != nil {
		return nil, err
	}
	kind := kindOf(first)
	if kind != "number" && kind != "string" {
		return nil, typeError("sort_by", list[0], kind, []string{"string", "number"})
	}
	order, err := orderKeys("sort_by", list, by, []string{kind})
	if err != nil {
		return nil, err
	}
	return sortBy(list, order)
}

func sortBy(list, order []any) (any, error) {
	place := make([]int, len(list))
	for i := range place {
		place[i] = i
	}
	sort.SliceStable(place, func(i, j int) bool {
		o, ok, _ := compare("<", order[place[i]], order[place[j]])
		return ok && o < 0
	})
	out := make([]any, len(list))
	for i, p := range place {
		out[i] = list[p]
	}
	return out, nil
}
