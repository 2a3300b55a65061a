/// <summary>
/// The bare products of a step of full fine-tuning, by tensors of the same shapes: of every linear layer forward, and backward for what
/// comes in and for the weight; of attention as well. A classifier needs the last layer's first token only.
/// </summary>
internal static class MatrixProducts
{
    public static StepProducts Of(EncoderShape shape, int rows, int tokens)
    {
        long all = rows * tokens, hidden = shape.Hidden, inner = shape.Intermediate, size = hidden / shape.Heads;
        int whole = shape.Layers - 1;
        var products = new StepProducts();
        products.Linear(4 * whole + 2, all, hidden, hidden);
        products.Linear(whole, all, hidden, inner);
        products.Linear(whole, all, inner, hidden);
        products.Linear(2, rows, hidden, hidden);
        products.Linear(1, rows, hidden, inner);
        products.Linear(1, rows, inner, hidden);
        products.Attention(whole, rows * shape.Heads, tokens, tokens, size);
        products.Attention(1, rows * shape.Heads, 1, tokens, size);
        return products;
    }
}
