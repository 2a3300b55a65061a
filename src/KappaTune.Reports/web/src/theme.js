// The page's colours, which follow the reader's light or dark setting, for the charts.

export function colors() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
        ...Object.fromEntries(["card", "line", "text", "muted", "selected", "candidate", "other"].map((name) => [name, read(name)])),
        heat: [0, 1, 2, 3, 4].map((step) => read(`heat-${step}`)),
        font: getComputedStyle(document.body).fontFamily,
    };
}

/** What all charts share. */
export const base = (palette) => ({
    animation: false,
    textStyle: { color: palette.text, fontFamily: palette.font },
    tooltip: {
        backgroundColor: palette.card,
        borderColor: palette.line,
        textStyle: { color: palette.text },
        confine: true,
    },
});

export const axis = (palette, options) => ({
    ...options,
    nameTextStyle: { color: palette.muted, ...options.nameTextStyle },
    axisLabel: { color: palette.muted, ...options.axisLabel },
    axisLine: { lineStyle: { color: palette.line }, ...options.axisLine },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: palette.line }, ...options.splitLine },
});

export const legend = (palette) => ({ top: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: palette.muted } });

/** A tooltip's lines as an element: names of tensors are text, never markup. */
export function lines(...texts) {
    const box = document.createElement("div");
    box.className = "tooltip";
    texts.filter(Boolean).forEach((text, index) => {
        const line = box.appendChild(document.createElement("div"));
        line.textContent = text;
        if (index === 0) line.style.fontWeight = "600";
    });
    return box;
}
