namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>Puts texts together into rows of a length, so that little of a batch is padding.</summary>
internal static class RowPacking
{
    /// <summary>
    /// The longest texts first, each into the row that it fills best (best-fit decreasing). The texts and their order alone decide.
    /// </summary>
    /// <param name="texts">Texts, none of which is longer than a row.</param>
    /// <param name="length">Tokens of a row at most.</param>
    public static LanguageModelRow[] Pack(IReadOnlyList<LanguageModelRow> texts, int length)
    {
        List<List<LanguageModelRow>> rows = [];
        // By the room that is left: the rows that have it.
        var byRoom = new Dictionary<int, Stack<int>>();
        var rooms = new SortedSet<int>();
        foreach (LanguageModelRow text in texts.OrderByDescending(text => text.Ids.Length))
        {
            int need = text.Ids.Length, room = rooms.GetViewBetween(need, length).Min, row;
            if (room == 0)
            {
                (row, room) = (rows.Count, length);
                rows.Add([]);
            }
            else
            {
                row = byRoom[room].Pop();
                if (byRoom[room].Count == 0)
                    rooms.Remove(room);
            }

            rows[row].Add(text);
            int left = room - need;
            if (left == 0)
                continue;
            if (!byRoom.TryGetValue(left, out Stack<int>? those))
                byRoom.Add(left, those = new());
            those.Push(row);
            rooms.Add(left);
        }

        return [.. rows.Select(LanguageModelRow.Join)];
    }
}
